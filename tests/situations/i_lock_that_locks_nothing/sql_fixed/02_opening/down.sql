DROP TYPE opening;
