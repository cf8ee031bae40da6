// Package queue keeps the events that wait for delivery, in memory.
package queue

import (
	"errors"
	"sync"
	"time"
)

// ErrFull is returned by Push when the queue holds as many events as it may.
var ErrFull = errors.New("queue is full")

// Event is one webhook on its way to its target.
type Event struct {
	ID          string
	Route       string
	ContentType string
	Body        []byte
	Attempts    int
	NotBefore   time.Time
}

// Queue is safe for concurrent use.
type Queue struct {
	mu       sync.Mutex
	events   []Event
	capacity int
	ready    chan struct{}
}

// New returns an empty queue for at most capacity events.
func New(capacity int) *Queue {
	return &Queue{capacity: capacity, ready: make(chan struct{}, 1)}
}

// Push adds an event. It returns ErrFull instead of blocking.
func (q *Queue) Push(event Event) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.events) >= q.capacity {
		return ErrFull
	}
	q.events = append(q.events, event)
	select {
	case q.ready <- struct{}{}:
	default:
	}
	return nil
}

// Pop removes the event that has been due for longest; ok is false when none is due.
func (q *Queue) Pop(now time.Time) (event Event, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	first := -1
	for i, candidate := range q.events {
		if candidate.NotBefore.After(now) {
			continue
		}
		if first < 0 || candidate.NotBefore.Before(q.events[first].NotBefore) {
			first = i
		}
	}
	if first < 0 {
		return Event{}, false
	}
	event = q.events[first]
	q.events = append(q.events[:first], q.events[first+1:]...)
	return event, true
}

// Len is the number of events, due or not.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.events)
}

// PerRoute counts the events of each route.
func (q *Queue) PerRoute() map[string]int {
	counts := make(map[string]int)
	for _, event := range q.events {
		counts[event.Route]++
	}
	return counts
}

// Ready receives after a Push, once for any number of them.
func (q *Queue) Ready() <-chan struct{} {
	return q.ready
}
