from sqlalchemy import text


def use(session):
    session.execute(text("INSERT INTO message (channel) VALUES ('pager')"))
