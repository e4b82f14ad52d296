#include <store/memory_filesystem.hpp>

#include <algorithm>
#include <cerrno>

namespace cairn::store {

/// A file or a directory: what is seen, what is durable, and the changes between the two in their order.
struct MemoryFileSystem::Inode {
    struct Write {
        std::uint64_t at;
        Bytes bytes;
        bool truncates; ///< to `at`; no bytes
    };
    struct Naming {
        std::vector<std::pair<std::string, std::shared_ptr<Inode>>> names; ///< null: removed
    };

    bool directory = false;
    Bytes seen;
    Bytes durable;
    std::vector<Write> writes;
    std::map<std::string, std::shared_ptr<Inode>> names;
    std::map<std::string, std::shared_ptr<Inode>> durable_names;
    std::vector<Naming> namings;

    static void carry_out(std::map<std::string, std::shared_ptr<Inode>>& names, const Naming& naming) {
        for (const auto& [name, inode] : naming.names) {
            if (inode)
                names[name] = inode;
            else
                names.erase(name);
        }
    }
    void change(Naming naming) {
        carry_out(names, naming);
        namings.push_back(std::move(naming));
    }
    void lose_power(Prng* random);
};

void MemoryFileSystem::Inode::lose_power(Prng* random) {
    constexpr std::uint64_t sector = 512;
    if (random) {
        const std::uint64_t kept_in_8 = random->below(9); // nothing, most or all of it, and between
        const auto keep = [&] { return random->below(8) < kept_in_8; };
        for (const Write& write : writes) {
            if (write.truncates) {
                if (keep()) durable.resize(write.at);
                continue;
            }
            const std::uint64_t end = write.at + write.bytes.size();
            for (std::uint64_t from = write.at; from < end;) {
                const std::uint64_t to = std::min(end, (from / sector + 1) * sector);
                if (keep()) {
                    if (durable.size() < to) durable.resize(to);
                    std::copy_n(write.bytes.begin() + static_cast<std::ptrdiff_t>(from - write.at), to - from,
                                durable.begin() + static_cast<std::ptrdiff_t>(from));
                }
                from = to;
            }
        }
        const std::uint64_t kept = random->below(namings.size() + 1);
        for (std::size_t i = 0; i < kept; ++i) carry_out(durable_names, namings[i]);
    }
    seen = durable;
    names = durable_names;
    writes.clear();
    namings.clear();
    for (const auto& [name, inode] : names) inode->lose_power(random);
}

class MemoryFileSystem::OpenFile final : public File {
  public:
    OpenFile(MemoryFileSystem& files, std::shared_ptr<Inode> inode, Path path, OpenMode mode)
        : files_(&files), inode_(std::move(inode)), path_(std::move(path)), mode_(mode) {}

    std::uint64_t size() const override { return inode_->seen.size(); }

    std::size_t read(std::uint64_t offset, std::span<Byte> out) const override {
        files_->check(Call::any, "read", path_);
        const Bytes& all = inode_->seen;
        if (offset >= all.size()) return 0;
        const std::size_t size = std::min<std::size_t>(out.size(), all.size() - offset);
        std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(offset), size, out.begin());
        return size;
    }

    void append(ByteView bytes) override {
        if (bytes.empty()) return;
        if (mode_ == OpenMode::read) throw IoFault("write", path_, EBADF);
        const std::optional<int> code = files_->failure(Call::write);
        const ByteView put = code ? bytes.first(bytes.size() / 2) : bytes;
        inode_->writes.push_back({inode_->seen.size(), Bytes(put.begin(), put.end()), false});
        cairn::append(inode_->seen, put);
        if (code) throw IoFault("write", path_, *code);
    }

    void sync() override {
        if (const std::optional<int> code = files_->failure(Call::sync)) {
            inode_->writes.clear(); // dropped by the kernel: no later sync will write them
            throw IoFault("sync", path_, *code);
        }
        // Only what is known to be pending becomes durable: a lost write stays lost.
        for (const Inode::Write& write : inode_->writes) {
            if (write.truncates) {
                inode_->durable.resize(write.at);
                continue;
            }
            const std::uint64_t end = write.at + write.bytes.size();
            if (inode_->durable.size() < end) inode_->durable.resize(end);
            std::copy(write.bytes.begin(), write.bytes.end(),
                      inode_->durable.begin() + static_cast<std::ptrdiff_t>(write.at));
        }
        inode_->writes.clear();
    }

    void truncate(std::uint64_t size) override {
        if (mode_ == OpenMode::read) throw IoFault("truncate", path_, EINVAL);
        files_->check(Call::write, "truncate", path_);
        inode_->seen.resize(size);
        inode_->writes.push_back({size, {}, true});
    }

  private:
    MemoryFileSystem* files_;
    std::shared_ptr<Inode> inode_;
    Path path_;
    OpenMode mode_;
};

MemoryFileSystem::MemoryFileSystem() : root_(std::make_shared<Inode>()) { root_->directory = true; }

std::shared_ptr<MemoryFileSystem::Inode> MemoryFileSystem::find(const Path& path) const {
    std::shared_ptr<Inode> at = root_;
    for (const Path& part : path.lexically_normal()) {
        const std::string name = part.string();
        if (name.empty() || name == "/" || name == ".") continue;
        const auto entry = at->names.find(name);
        if (entry == at->names.end()) return nullptr;
        at = entry->second;
    }
    return at;
}

std::shared_ptr<MemoryFileSystem::Inode> MemoryFileSystem::parent_of(const Path& path,
                                                                     const char* operation) const {
    auto out = find(path.parent_path());
    if (!out || !out->directory) throw IoFault(operation, path, why_absent(path));
    return out;
}

int MemoryFileSystem::why_absent(const Path& path) const {
    for (Path above = path.parent_path(); above.has_relative_path(); above = above.parent_path())
        if (const auto inode = find(above)) return inode->directory ? ENOENT : ENOTDIR;
    return ENOENT;
}

std::optional<int> MemoryFileSystem::failure(Call call) {
    ++calls_;
    if (!plan_ || (plan_->call != Call::any && plan_->call != call)) return std::nullopt;
    if (plan_->left > 1) {
        --plan_->left;
        return std::nullopt;
    }
    const int code = plan_->code;
    if (!plan_->for_good) plan_.reset();
    return code;
}

void MemoryFileSystem::check(Call call, const char* operation, const Path& path) {
    if (const std::optional<int> code = failure(call)) throw IoFault(operation, path, *code);
}

std::unique_ptr<File> MemoryFileSystem::open(const Path& path, OpenMode mode) {
    check(Call::any, "open", path);
    auto inode = find(path);
    if (inode && inode->directory) throw IoFault("open", path, EISDIR);
    if (!inode) {
        const auto parent = parent_of(path, "open");
        if (mode == OpenMode::read) throw IoFault("open", path, ENOENT);
        inode = std::make_shared<Inode>();
        parent->change({{{path.filename().string(), inode}}});
    }
    return std::make_unique<OpenFile>(*this, inode, path, mode);
}

bool MemoryFileSystem::exists(const Path& path) { return find(path) != nullptr; }

bool MemoryFileSystem::is_directory(const Path& path) {
    const auto inode = find(path);
    return inode && inode->directory;
}

std::vector<std::string> MemoryFileSystem::list(const Path& directory) {
    check(Call::any, "list", directory);
    const auto inode = find(directory);
    if (!inode) throw IoFault("list", directory, why_absent(directory));
    if (!inode->directory) throw IoFault("list", directory, ENOTDIR);
    std::vector<std::string> out;
    for (const auto& [name, entry] : inode->names) out.push_back(name);
    return out;
}

void MemoryFileSystem::make_directory(const Path& path) {
    check(Call::any, "make", path);
    std::shared_ptr<Inode> at = root_;
    for (const Path& part : path.lexically_normal()) {
        const std::string name = part.string();
        if (name.empty() || name == "/" || name == ".") continue;
        auto& entry = at->names[name];
        if (!entry) {
            entry = std::make_shared<Inode>();
            entry->directory = true;
            at->durable_names[name] = entry;
        }
        if (!entry->directory) throw IoFault("make", path, EEXIST);
        at = entry;
    }
}

void MemoryFileSystem::rename(const Path& from, const Path& to) {
    check(Call::any, "write", to);
    const auto inode = find(from);
    if (!inode) throw IoFault("write", to, why_absent(from));
    const auto parent = parent_of(to, "write");
    if (parent != parent_of(from, "write")) throw IoFault("write", to, EXDEV); // not needed, so not modelled
    const auto target = find(to);
    if (target == inode) return;
    if (target && target->directory != inode->directory)
        throw IoFault("write", to, target->directory ? EISDIR : ENOTDIR);
    if (target && target->directory && !target->names.empty()) throw IoFault("write", to, ENOTEMPTY);
    parent->change({{{from.filename().string(), nullptr}, {to.filename().string(), inode}}});
}

void MemoryFileSystem::remove(const Path& path) {
    check(Call::any, "remove", path);
    const auto inode = find(path);
    if (!inode) throw IoFault("remove", path, why_absent(path));
    if (inode->directory && !inode->names.empty()) throw IoFault("remove", path, ENOTEMPTY);
    parent_of(path, "remove")->change({{{path.filename().string(), nullptr}}});
}

void MemoryFileSystem::sync_directory(const Path& directory) {
    const auto inode = find(directory);
    if (!inode || !inode->directory)
        throw IoFault("open", directory, inode ? ENOTDIR : why_absent(directory));
    if (const std::optional<int> code = failure(Call::sync)) throw IoFault("sync", directory, *code);
    inode->durable_names = inode->names;
    inode->namings.clear();
}

void MemoryFileSystem::crash() { root_->lose_power(nullptr); }

void MemoryFileSystem::crash(Prng& random) { root_->lose_power(&random); }

void MemoryFileSystem::fail_at(std::uint64_t n, Call call, int code, bool for_good) {
    plan_ = Plan{n, call, code, for_good};
}

void MemoryFileSystem::flip_bit(const Path& path, std::uint64_t bit) {
    const auto inode = find(path);
    if (!inode || bit / 8 >= inode->seen.size()) throw IoFault("alter", path, ENOENT);
    const Byte mask = static_cast<Byte>(1U << (bit % 8));
    inode->seen[bit / 8] ^= mask;
    if (bit / 8 < inode->durable.size()) inode->durable[bit / 8] ^= mask;
}

} // namespace cairn::store
