// Carries the precompiled header cmake/standard.h, which every room of a release build reuses.
