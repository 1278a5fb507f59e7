O
-- +goose Up
-- +goose StatementBegin
CREATE TYPE a AS ENUM ('x');
-- +goose StatementEnd
-- +goose Down
DROP TYPE a;
