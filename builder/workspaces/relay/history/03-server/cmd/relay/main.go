// Command relay accepts webhooks and delivers them to internal targets.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"relay.example/relay/internal/config"
	"relay.example/relay/internal/queue"
	"relay.example/relay/internal/server"
)

func main() {
	logger := log.New(os.Stderr, "relay: ", log.LstdFlags|log.LUTC)
	cfg, err := config.FromEnv()
	if err != nil {
		logger.Fatal(err)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	q := queue.New(cfg.QueueSize)
	srv := &http.Server{
		Addr:              cfg.Addr,
		Handler:           server.New(q, cfg.Routes, logger).Handler(),
		ReadHeaderTimeout: 5 * time.Second,
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.ListenAndServe() }()
	logger.Printf("listening on %s, %d routes", cfg.Addr, len(cfg.Routes))

	select {
	case err := <-failed:
		logger.Fatal(err)
	case <-ctx.Done():
	}
	shutdown, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(shutdown); err != nil {
		logger.Printf("shutdown: %v", err)
	}
	logger.Printf("stopped, %d events were still queued", q.Len())
}
