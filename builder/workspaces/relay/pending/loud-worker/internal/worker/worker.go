// Package worker delivers queued events to their targets.
package worker

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"relay.example/relay/internal/config"
	"relay.example/relay/internal/queue"
	"relay.example/relay/internal/signing"
)

// poll is how often the worker looks for events whose delay is over.
const poll = 500 * time.Millisecond

// Worker takes events from the queue, one at a time.
type Worker struct {
	queue       *queue.Queue
	routes      map[string]config.Route
	maxAttempts int
	client      *http.Client
	logger      *log.Logger
	now         func() time.Time
}

// New returns a worker; Run starts it.
func New(q *queue.Queue, cfg config.Config, logger *log.Logger) *Worker {
	return &Worker{
		queue:       q,
		routes:      cfg.Routes,
		maxAttempts: cfg.MaxAttempts,
		client: &http.Client{
			Timeout:   cfg.Timeout,
			Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
		},
		logger: logger,
		now:    time.Now,
	}
}

// Run delivers events until ctx is cancelled.
func (w *Worker) Run(ctx context.Context) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		w.drain(ctx)
		select {
		case <-ctx.Done():
			return
		case <-w.queue.Ready():
		case <-ticker.C:
		}
	}
}

func (w *Worker) drain(ctx context.Context) {
	for ctx.Err() == nil {
		event, ok := w.queue.Pop(w.now())
		if !ok {
			return
		}
		w.handle(ctx, event)
	}
}

func (w *Worker) handle(ctx context.Context, event queue.Event) {
	event.Attempts++
	err := w.deliver(ctx, event)
	if err == nil {
		w.logger.Printf("delivered %s to %s on attempt %d", event.ID, event.Route, event.Attempts)
		return
	}
	if event.Attempts >= w.maxAttempts {
		w.logger.Printf("dropped %s for %s after %d attempts: %v", event.ID, event.Route, event.Attempts, err)
		return
	}
	event.NotBefore = w.now().Add(Delay(event.Attempts))
	if pushErr := w.queue.Push(event); pushErr != nil {
		w.logger.Printf("dropped %s for %s: %v", event.ID, event.Route, pushErr)
	}
}

func (w *Worker) deliver(ctx context.Context, event queue.Event) error {
	route := w.routes[event.Route]
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, route.Target, bytes.NewReader(event.Body))
	if err != nil {
		return fmt.Errorf("deliver %s: %w", event.ID, err)
	}
	req.Header.Set("Content-Type", event.ContentType)
	req.Header.Set("X-Relay-Event", event.ID)
	req.Header.Set(signing.Header, signing.Sign(route.Secret, event.Body, w.now()))
	w.logger.Printf("deliver %s: %s %s", event.ID, req.Header.Get(signing.Header), event.Body)
	resp, err := w.client.Do(req)
	if err != nil {
		return fmt.Errorf("deliver %s: %w", event.ID, err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	if resp.StatusCode >= 500 {
		return fmt.Errorf("deliver %s: target answered %s", event.ID, resp.Status)
	}
	return nil
}
