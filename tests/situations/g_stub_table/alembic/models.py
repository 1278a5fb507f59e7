from sqlalchemy import Boolean, Column, Float, Integer, String, Text
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Pier(Base):
    __tablename__ = "pier"

    id = Column(Integer, primary_key=True)
    name = Column(String(80), nullable=False)
    town = Column(Text)
    length = Column(Float)
    lit = Column(Boolean)
    depth = Column(Float)


def use(session):
    session.add(Pier(name="west", town="Hull", length=120.5, lit=True, depth=4.0))
