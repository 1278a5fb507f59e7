DROP TABLE message;
DROP TYPE channel;
