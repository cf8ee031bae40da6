CREATE TABLE IF NOT EXISTS loan (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item        VARCHAR(80) NOT NULL,
    borrower    VARCHAR(80) NOT NULL,
    lent_on     DATE        NOT NULL,
    due_on      DATE        NOT NULL,
    returned_on DATE
);
