package worker

import (
	"math/rand"
	"time"
)

const (
	baseDelay = time.Second
	maxDelay  = 5 * time.Minute
)

// Delay is the time to wait after the given number of failed attempts.
func Delay(attempts int) time.Duration {
	delay := baseDelay << (attempts - 1)
	if delay > maxDelay {
		delay = maxDelay
	}
	jitter := time.Duration(rand.Int63n(int64(delay)/5 + 1))
	return delay + jitter
}
