// Maps errno to error codes; what is not known to be harmless is Io: outcome unknown.
#include "io/posix_error.h"

#include <cerrno>
#include <system_error>

namespace wr::io {

base::Error posix_error(int number, const char* call, const std::string& path) {
    base::ErrorCode code = base::ErrorCode::Io;
    switch (number) {
        case ENOENT:
        case ENOTDIR:
            code = base::ErrorCode::NotFound;
            break;
        case EEXIST:
            code = base::ErrorCode::AlreadyExists;
            break;
        case ENOSPC:
        case EDQUOT:
            code = base::ErrorCode::NoSpace;
            break;
        case EMFILE:
        case ENFILE:
        case EAGAIN:
            code = base::ErrorCode::Unavailable;
            break;
        case EINVAL:
        case ENAMETOOLONG:
        case EACCES:
        case EPERM:
        case EISDIR:
            code = base::ErrorCode::InvalidArgument;
            break;
        default:
            break;
    }
    return {code, std::string(call) + " " + path + ": " + std::generic_category().message(number)};
}

}  // namespace wr::io
