DROP TABLE leave;
