#include <base/utf8.hpp>
#include <cli/output/streams.hpp>
#include <cli/script/faults.hpp>
#include <store/fault.hpp>
#include <wallet/files.hpp>

#include <filesystem>
#include <new>

namespace cairn::cli {

namespace {

/// What can be done depends on what is damaged: the index can be made anew, nothing else can.
std::string hint_of(const DamagedStore& damage) {
    const std::filesystem::path file = damage.file();
    const auto folder = file.parent_path();
    if (file == "index" || folder.filename() == "index")
        return "--reindex makes the index anew from the log; nothing is lost by it";
    if (folder.parent_path().filename() == "outbox")
        return "keep a copy and move outbox/ away: own payments that still wait have to be sent again";
    if (file.filename() == "network.json")
        return "put it back from a copy, or remove it and name the network by --network";
    return "keep a copy of the data directory and put blocks/ back from a copy of an earlier time; --reindex "
           "takes what the log still holds, and what follows the damage is lost here";
}

Failure file_fault(bool full, const char* what) {
    return {full ? "disk_full" : "io_error", Exit::failed, escape_for_display(what), {}, {}};
}

} // namespace

Failure failure_of_current_exception() {
    try {
        throw;
    } catch (const ClosedPipe&) {
        throw;
    } catch (const DamagedStore& damage) {
        Failure why{"store_damaged",
                    Exit::damaged,
                    "the store is damaged: " + escape_for_display(damage.what()),
                    hint_of(damage),
                    {}};
        why.extra["file"] = damage.file();
        why.extra["offset"] = damage.offset();
        return why;
    } catch (const store::ForeignStore& foreign) {
        return {"foreign_store", Exit::failed, escape_for_display(foreign.what()), {}, {}};
    } catch (const store::IoFault& fault) {
        return file_fault(fault.disk_full(), fault.what());
    } catch (const wallet::FileFault& fault) {
        return file_fault(fault.disk_full(), fault.what());
    } catch (const Fault& fault) {
        return {"fault", Exit::failed, escape_for_display(fault.what()), {}, {}};
    } catch (const std::filesystem::filesystem_error& error) {
        const bool full = error.code() == std::errc::no_space_on_device;
        return file_fault(full, (error.path1().string() + ": " + error.code().message()).c_str());
    } catch (const std::bad_alloc&) {
        return {"out_of_memory", Exit::failed, "there is not enough memory", {}, {}};
    } catch (...) {
        return {"internal_error",
                Exit::failed,
                "cairn met a defect of its own and gave this command up",
                "what is stored is not touched by it; please report what you typed",
                {}};
    }
}

Reply guarded(const std::function<Reply()>& work) {
    try {
        return work();
    } catch (...) {
        return fail(failure_of_current_exception());
    }
}

} // namespace cairn::cli
