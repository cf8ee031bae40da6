module relay.example/relay

go 1.22
