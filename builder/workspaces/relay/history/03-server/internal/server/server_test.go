package server

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"relay.example/relay/internal/config"
	"relay.example/relay/internal/queue"
	"relay.example/relay/internal/signing"
)

var secret = []byte("s3cret")

func newTestServer(capacity int) (http.Handler, *queue.Queue) {
	q := queue.New(capacity)
	routes := map[string]config.Route{"billing": {Target: "http://billing.example/hooks", Secret: secret}}
	return New(q, routes, log.New(io.Discard, "", 0)).Handler(), q
}

func post(h http.Handler, path, body, signature string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set(signing.Header, signature)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestReceiveQueuesASignedEvent(t *testing.T) {
	h, q := newTestServer(10)
	w := post(h, "/hooks/billing", "{}", signing.Sign(secret, []byte("{}")))
	if w.Code != http.StatusAccepted {
		t.Fatalf("status: got %d, want 202", w.Code)
	}
	event, ok := q.Pop(time.Now())
	if !ok || event.Route != "billing" || string(event.Body) != "{}" {
		t.Errorf("queued: got %+v, %v", event, ok)
	}
}

func TestReceiveRefuses(t *testing.T) {
	large := strings.Repeat("x", maxBody+1)
	tests := []struct {
		name, path, body, signature string
		want                        int
	}{
		{"unknown route", "/hooks/nobody", "{}", "", http.StatusNotFound},
		{"bad signature", "/hooks/billing", "{}", "v1=00", http.StatusUnauthorized},
		{"large body", "/hooks/billing", large, "", http.StatusRequestEntityTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, q := newTestServer(10)
			if w := post(h, tt.path, tt.body, tt.signature); w.Code != tt.want {
				t.Errorf("status: got %d, want %d", w.Code, tt.want)
			}
			if q.Len() != 0 {
				t.Error("a refused event was queued")
			}
		})
	}
}

func TestReceiveWhenTheQueueIsFull(t *testing.T) {
	h, _ := newTestServer(0)
	w := post(h, "/hooks/billing", "{}", signing.Sign(secret, []byte("{}")))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d with Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}
