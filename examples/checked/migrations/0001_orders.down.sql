DROP TABLE orders;

DROP TYPE carrier;

DROP TYPE order_status;
