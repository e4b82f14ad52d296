// The log under loss of power, faults and flipped bits, from seeds.
#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/memory_filesystem.hpp>
#include <store/record_log.hpp>

#include <algorithm>
#include <cerrno>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

/// What was appended, in order, and how much of it must last.
struct Model {
    std::vector<Bytes> records;
    std::vector<LogPosition> places;
    std::size_t acknowledged = 0;
    LogPosition checkpoint; ///< an end() after a sync
    std::size_t before_checkpoint = 0;
};

LogOptions random_options(Prng& random) {
    LogOptions out = small_log();
    out.file_bytes = static_cast<std::uint32_t>(200 + random.below(20'000));
    out.buffer_bytes = static_cast<std::uint32_t>(1 + random.below(3000));
    out.mark = static_cast<std::uint32_t>(random.next());
    return out;
}

void append_some(RecordLog& log, Model& model, Prng& random) {
    // Mostly short, some over several sectors, some over the buffer.
    const std::size_t size = 1 + random.below(random.below(4) == 0 ? 5000 : 120);
    model.records.push_back(random_bytes(random, size));
    model.places.push_back(log.append(model.records.back()));
}

/// Random work; throws what the log throws.
void work(RecordLog& log, Model& model, Prng& random) {
    const std::uint64_t steps = random.below(40);
    for (std::uint64_t i = 0; i < steps; ++i) {
        const std::uint64_t what = random.below(10);
        if (what < 6) {
            append_some(log, model, random);
        } else if (what < 9) {
            log.sync();
            model.acknowledged = model.records.size();
            if (random.below(3) == 0) {
                model.checkpoint = log.end();
                model.before_checkpoint = model.records.size();
            }
        } else if (!model.records.empty()) {
            const std::size_t any = random.below(model.records.size());
            const Bytes found = log.read(model.places[any], static_cast<std::uint32_t>(random.below(6000)));
            REQUIRE(found == model.records[any]);
        }
    }
    if (random.below(4) == 0) {
        log.close();
        model.acknowledged = model.records.size();
    }
}

/// What a log found after a crash must be: all that was acknowledged, and of the rest the first few.
void compare(const RecordLog& log, Model& model) {
    const std::vector<Bytes> found = payloads(log);
    REQUIRE(found.size() >= model.acknowledged);
    REQUIRE(found.size() <= model.records.size());
    REQUIRE(std::equal(found.begin(), found.end(), model.records.begin()));
    const std::vector<Bytes> tail = payloads(log, model.checkpoint);
    REQUIRE(tail.size() == found.size() - model.before_checkpoint);
    model.records.resize(found.size());
    model.places.resize(found.size());
    model.acknowledged = found.size(); // opening synced it
    for (std::size_t i = 0; i < found.size(); ++i) REQUIRE(log.read(model.places[i]) == found[i]);
}

void crash(MemoryFileSystem& files, Prng& random) {
    if (random.below(4) == 0)
        files.crash();
    else
        files.crash(random);
}

} // namespace

TEST_CASE("after every crash the log opens by itself with all that was acknowledged", "[store][property]") {
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        INFO("seed " << seed);
        Prng random(seed);
        MemoryFileSystem files;
        const LogOptions options = random_options(random);
        Model model;
        for (int life = 0; life < 6; ++life) {
            const LogPosition from = random.below(2) == 0 ? LogPosition{} : model.checkpoint;
            {
                RecordLog log(files, "/d/log", options, from);
                if (life > 0) compare(log, model);
                work(log, model, random);
            }
            if (random.below(5) != 0) crash(files, random); // else only the process was killed
        }
        compare(RecordLog(files, "/d/log", options), model);
    }
}

TEST_CASE("a crash during recovery is a crash like any other", "[store][property]") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        INFO("seed " << seed);
        Prng random(seed);
        MemoryFileSystem files;
        const LogOptions options = random_options(random);
        Model model;
        try {
            RecordLog log(files, "/log", options);
            for (int i = 0; i < 4; ++i) work(log, model, random);
            append_some(log, model, random);
        } catch (const std::logic_error&) {
        } // it was closed
        crash(files, random);
        for (std::uint64_t n = 1;; ++n) {
            files.fail_at(n, MemoryFileSystem::Call::any, EIO, true);
            bool failed = false;
            try {
                const RecordLog log(files, "/log", options);
            } catch (const IoFault&) {
                failed = true;
            }
            files.fail_never();
            crash(files, random);
            if (!failed) break;
        }
        compare(RecordLog(files, "/log", options), model);
    }
}

TEST_CASE("with a fault at every call in turn nothing acknowledged is lost", "[store][property]") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        bool failed = true;
        for (std::uint64_t n = 1; failed; ++n) {
            INFO("seed " << seed << ", call " << n);
            Prng random(seed);
            MemoryFileSystem files;
            const LogOptions options = random_options(random);
            Model model;
            files.fail_at(n, MemoryFileSystem::Call::any, ENOSPC, random.below(2) == 0);
            failed = false;
            try {
                RecordLog log(files, "/log", options);
                try {
                    for (int i = 0; i < 3; ++i) work(log, model, random);
                } catch (const IoFault&) {
                    failed = true;
                    // A fault while reading harms nothing; after one while writing nothing more is accepted.
                    const bool dead = [&] {
                        try {
                            log.sync();
                            return false;
                        } catch (const Fault&) {
                            return true;
                        }
                    }();
                    if (!dead) model.acknowledged = model.records.size();
                }
            } catch (const IoFault&) {
                failed = true; // while opening
            } catch (const std::logic_error&) {
            } // it was closed
            files.fail_never();
            if (random.below(3) != 0) crash(files, random);
            compare(RecordLog(files, "/log", options), model);
        }
    }
}

TEST_CASE("any one bit of a closed log is detected or does no harm", "[store][property]") {
    Prng random(11);
    MemoryFileSystem files;
    LogOptions options = small_log();
    options.file_bytes = 700;
    Model model;
    {
        RecordLog log(files, "/log", options);
        for (int i = 0; i < 24; ++i) {
            model.records.push_back(random_bytes(random, 1 + random.below(90)));
            model.places.push_back(log.append(model.records.back()));
            if (random.below(3) == 0) log.sync();
            if (i == 12) {
                log.sync();
                model.checkpoint = log.end();
            }
        }
        log.close();
    }
    std::size_t detected = 0;
    std::size_t harmless = 0;
    for (const std::string& name : files.list("/log")) {
        const Path path = Path("/log") / name;
        const Bytes original = read_file(files, path);
        for (std::uint64_t bit = 0; bit < 8 * original.size(); ++bit) {
            INFO(name << ", bit " << bit);
            files.flip_bit(path, bit);
            try {
                const RecordLog log(files, "/log", options, bit % 2 == 0 ? LogPosition{} : model.checkpoint);
                const std::vector<Bytes> found = payloads(log);
                REQUIRE(found == model.records);
                ++harmless;
            } catch (const DamagedStore&) {
                ++detected;
            }
            if (read_file(files, path) == original) continue;
            write_file_atomically(files, path, original);
        }
    }
    // Harmless are the 20 bytes of the mark of the clean end alone.
    CHECK(harmless == 160);
    CHECK(detected > 14'000);
}
