#include <store/filesystem.hpp>

#include <cerrno>

namespace cairn::store {

Bytes read_file(FileSystem& files, const Path& path, std::uint64_t limit) {
    const auto file = files.open(path, OpenMode::read);
    const std::uint64_t size = file->size();
    if (size > limit) throw IoFault("read", path, EFBIG);
    Bytes out(size);
    out.resize(file->read(0, out));
    return out;
}

void write_file_atomically(FileSystem& files, const Path& path, ByteView bytes) {
    Path temporary = path;
    temporary += ".tmp";
    if (files.exists(temporary)) files.remove(temporary);
    {
        const auto file = files.open(temporary, OpenMode::append);
        file->append(bytes);
        file->sync();
    }
    files.rename(temporary, path);
    files.sync_directory(path.has_parent_path() ? path.parent_path() : Path("."));
}

void remove_tree(FileSystem& files, const Path& directory) {
    if (!files.exists(directory)) return;
    for (const std::string& name : files.list(directory)) {
        const Path path = directory / name;
        if (files.is_directory(path))
            remove_tree(files, path);
        else
            files.remove(path);
    }
    files.remove(directory);
    files.sync_directory(directory.has_parent_path() ? directory.parent_path() : Path("."));
}

} // namespace cairn::store
