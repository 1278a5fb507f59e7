DROP TYPE parcel_state;
DROP TABLE parcel;
