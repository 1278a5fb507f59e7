DROP TYPE tier;
