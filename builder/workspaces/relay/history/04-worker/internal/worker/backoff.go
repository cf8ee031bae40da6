package worker

import "time"

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
	return delay
}
