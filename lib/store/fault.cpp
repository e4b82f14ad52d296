#include <store/fault.hpp>

#include <cerrno>
#include <system_error>

namespace cairn::store {
namespace {

std::string text_of(std::string_view operation, const Path& path, int code) {
    std::string cannot = "cannot " + std::string(operation) + " " + path.string();
    switch (code) {
    case 0:
        return cannot;
    case ENOSPC:
        return "the disk is full: " + cannot + ": no space left on the device";
    case EDQUOT:
        return "the disk quota is used up: " + cannot;
    case EROFS:
        return "the file system is read-only: " + cannot;
    case EIO:
        return "the disk reports an error: " + cannot;
    case EACCES:
    case EPERM:
        return "permission denied: " + cannot;
    default:
        return cannot + ": " + std::generic_category().message(code);
    }
}

} // namespace

IoFault::IoFault(std::string_view operation, const Path& path, int code)
    : Fault(text_of(operation, path, code)), path_(path), operation_(operation), code_(code) {}

bool IoFault::disk_full() const { return code_ == ENOSPC || code_ == EDQUOT; }

} // namespace cairn::store
