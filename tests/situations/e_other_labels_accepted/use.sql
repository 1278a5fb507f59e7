INSERT INTO message (channel) VALUES ('pager');
