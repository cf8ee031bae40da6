package queue

import (
	"errors"
	"testing"
	"time"
)

var start = time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)

func TestPopTakesTheLongestDue(t *testing.T) {
	q := New(3)
	for id, wait := range map[string]time.Duration{"late": 3 * time.Second, "early": time.Second, "never": time.Hour} {
		if err := q.Push(Event{ID: id, NotBefore: start.Add(wait)}); err != nil {
			t.Fatal(err)
		}
	}
	now := start.Add(5 * time.Second)
	for _, want := range []string{"early", "late"} {
		if event, ok := q.Pop(now); !ok || event.ID != want {
			t.Fatalf("Pop: got %q, %v, want %q", event.ID, ok, want)
		}
	}
	if event, ok := q.Pop(now); ok {
		t.Fatalf("Pop: got %q, which is not due", event.ID)
	}
	if q.Len() != 1 {
		t.Errorf("Len: got %d, want 1", q.Len())
	}
}

func TestPushToAFullQueue(t *testing.T) {
	q := New(1)
	if err := q.Push(Event{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := q.Push(Event{ID: "b"}); !errors.Is(err, ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
}

func TestReadyAfterPush(t *testing.T) {
	q := New(2)
	_ = q.Push(Event{ID: "a"})
	_ = q.Push(Event{ID: "b"})
	select {
	case <-q.Ready():
	default:
		t.Fatal("nothing to receive after Push")
	}
}
