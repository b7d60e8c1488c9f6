// The relay as a program of its own, for tests and for binding into sandboxes by itself.
#include "services/lambda/engine/relay.h"

int main(int count, char** arguments) {
    return wr::lambda::run_relay(count - 1, arguments + 1);
}
