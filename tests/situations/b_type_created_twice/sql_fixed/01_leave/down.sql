DROP TABLE leave;
DROP TYPE approval;
