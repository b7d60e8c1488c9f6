// A program that is nothing but the query worker.
#include "services/athena/engine/worker.h"

int main(int argc, char** argv) {
    return wr::athena::run_athena_worker(argc, argv);
}
