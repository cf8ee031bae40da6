// Package server accepts webhooks over HTTP and queues them.
package server

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"time"

	"relay.example/relay/internal/config"
	"relay.example/relay/internal/queue"
	"relay.example/relay/internal/signing"
)

const maxBody = 1 << 20

// Server answers requests. Its fields are set once, before the first request.
type Server struct {
	queue  *queue.Queue
	routes map[string]config.Route
	logger *log.Logger
}

// New returns a server that puts what it accepts into q.
func New(q *queue.Queue, routes map[string]config.Route, logger *log.Logger) *Server {
	return &Server{queue: q, routes: routes, logger: logger}
}

// Handler returns the routes of the service.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hooks/{route}", s.receive)
	mux.HandleFunc("GET /healthz", s.health)
	return mux
}

func (s *Server) receive(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("route")
	route, ok := s.routes[name]
	if !ok {
		http.Error(w, "unknown route", http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			http.Error(w, "body too large", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "cannot read body", http.StatusBadRequest)
		return
	}
	if err := signing.Verify(route.Secret, body, r.Header.Get(signing.Header)); err != nil {
		s.logger.Printf("refused event for %s: %v", name, err)
		http.Error(w, "bad signature", http.StatusUnauthorized)
		return
	}
	event := queue.Event{
		ID:          newID(),
		Route:       name,
		ContentType: r.Header.Get("Content-Type"),
		Body:        body,
		NotBefore:   time.Now(),
	}
	if err := s.queue.Push(event); err != nil {
		s.logger.Printf("refused event for %s: %v", name, err)
		w.Header().Set("Retry-After", "30")
		http.Error(w, "queue full", http.StatusServiceUnavailable)
		return
	}
	s.logger.Printf("accepted %s for %s", event.ID, name)
	writeJSON(w, http.StatusAccepted, map[string]string{"id": event.ID})
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "ok\n")
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func newID() string {
	var raw [8]byte
	_, _ = rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}
