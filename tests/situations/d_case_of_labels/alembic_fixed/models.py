import enum

from sqlalchemy import Column, Enum, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Stage(enum.Enum):
    BARE_LAND = "bare_land"
    WALLS_UP = "walls_up"


class Plot(Base):
    __tablename__ = "plot"

    id = Column(Integer, primary_key=True)
    stage = Column(Enum(Stage, name="stage", values_callable=lambda stages: [stage.value for stage in stages]), nullable=False)


def use(session):
    session.add(Plot(stage=Stage.WALLS_UP))
