// llama.cpp as a process that stays: one command a line on standard input, one answer a line on standard output, "ok …" or "error …". Between commands
// its threads sleep, after some milliseconds, so that whoever measures against it has the machine to himself.
//
//   load FILE THREADS CONTEXT SEQUENCES KV    KV: f32, f16, q8_0                       -> ok vocabulary bytes
//   decode PROMPT N                           N single tokens after a prompt           -> ok tokens seconds
//   prefill N                                 a prompt of N tokens at once             -> ok tokens seconds
//   batch B N                                 N steps of B sequences at once           -> ok tokens seconds
//   greedy N WINDOW ID...                     the N most probable ids after a prompt   -> ok id...
//   score OUT WINDOW ID...                    logits after every id, as floats in OUT  -> ok rows columns
//   quantize IN OUT TYPE [pure]               llama.cpp's own quantiser                -> ok
//   tokens TEXT                               ids of the text, nothing added           -> ok id...
//   unload | quit
//
// WINDOW is 0, or the positions that a token attends to, its own included: llama.cpp ignores what a llama-type file says of one.
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "llama.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using ids = std::vector<llama_token>;

// The CPU backend is a plug-in: its thread pool is reached by name.
template <typename F> F cpu_function(const char * name) {
    auto * device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    auto * found = device ? ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), name) : nullptr;
    if (!found) throw std::runtime_error(std::string("the CPU backend has no ") + name);
    return reinterpret_cast<F>(found);
}

struct peer {
    llama_model * model = nullptr;
    llama_context * context = nullptr;
    ggml_threadpool * pool = nullptr;
    int vocabulary = 0, batch_size = 0, threads = 0;

    ~peer() { unload(); }

    void unload() {
        // The pool's threads sleep until the process ends, for the reason given below.
        if (pool) llama_detach_threadpool(context);
        pool = nullptr;
        if (context) llama_free(context);
        if (model) llama_model_free(model);
        context = nullptr, model = nullptr;
    }

    void load(const std::string & file, int thread_count, int length, int sequences, const std::string & kv) {
        unload();
        static const std::map<std::string, ggml_type> types = {{"f32", GGML_TYPE_F32}, {"f16", GGML_TYPE_F16}, {"q8_0", GGML_TYPE_Q8_0}};
        auto model_options = llama_model_default_params();
        model_options.n_gpu_layers = 0;
        model = llama_model_load_from_file(file.c_str(), model_options);
        if (!model) throw std::runtime_error("llama.cpp does not load " + file);
        auto options = llama_context_default_params();
        options.n_ctx = length * sequences;
        options.n_batch = options.n_ubatch = batch_size = 512;
        options.n_seq_max = sequences;
        options.n_threads = options.n_threads_batch = threads = thread_count;
        options.type_k = options.type_v = types.at(kv);
        // Its flash attention rounds single-precision keys and values to halves.
        if (kv == "f32") options.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
        options.no_perf = true;
        context = llama_init_from_model(model, options);
        if (!context) throw std::runtime_error("llama.cpp makes no context");
        vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
        start_threads();
    }

    // As llama.cpp's own programs do: a pool that polls between graphs, which is faster than new threads for each. It lives as long as the model, and sleeps
    // when it has polled in vain for some milliseconds. One for each command would now and then never end: freeing it waits for a thread that waits.
    void start_threads() {
        auto options = ggml_threadpool_params_default(threads);
        pool = cpu_function<decltype(&ggml_threadpool_new)>("ggml_threadpool_new")(&options);
        llama_attach_threadpool(context, pool, pool);
    }

    void clear() { llama_memory_clear(llama_get_memory(context), true); }

    // The ids that speed is measured with; the other side reads the same.
    llama_token id(int position, int sequence) const { return (position * 7919 + sequence * 104729 + 13) % (vocabulary - 3); }

    ids prompt(int length, int sequence) const {
        ids made(length);
        for (int i = 0; i < length; i++) made[i] = id(i, sequence);
        return made;
    }

    // One token; of those before it what lies outside the window is forgotten first, as every layer of a network with windows does.
    void read_windowed(llama_token token, int position, int window) {
        if (window > 0 && position >= window) llama_memory_seq_rm(llama_get_memory(context), 0, 0, position - window + 1);
        read({token}, position, 0);
    }

    // Reads ids of a sequence; logits are kept of the last.
    void read(const ids & tokens, int position, int sequence) {
        for (size_t done = 0; done < tokens.size();) {
            int count = std::min<size_t>(batch_size, tokens.size() - done);
            llama_batch batch = llama_batch_init(count, 0, 1);
            for (int i = 0; i < count; i++) add(batch, tokens[done + i], position + done + i, sequence, done + i + 1 == tokens.size());
            decode(batch);
            llama_batch_free(batch);
            done += count;
        }
    }

    static void add(llama_batch & batch, llama_token token, int position, int sequence, bool logits) {
        int at = batch.n_tokens++;
        batch.token[at] = token;
        batch.pos[at] = position;
        batch.n_seq_id[at] = 1;
        batch.seq_id[at][0] = sequence;
        batch.logits[at] = logits;
    }

    void decode(llama_batch & batch) {
        if (llama_decode(context, batch)) throw std::runtime_error("llama_decode failed");
        llama_synchronize(context);
    }

    const float * logits(int row = -1) {
        auto * found = llama_get_logits_ith(context, row);
        if (!found) throw std::runtime_error("there are no logits");
        return found;
    }
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

ids rest(std::istringstream & in) {
    ids read;
    for (llama_token id; in >> id;) read.push_back(id);
    return read;
}

void speed(std::ostringstream & out, int tokens, double seconds) { out << " " << tokens << " " << seconds; }

void run(peer & peer, const std::string & command, std::istringstream & in, std::ostringstream & out) {
    if (command == "load") {
        std::string file, kv;
        int threads, length, sequences;
        in >> file >> threads >> length >> sequences >> kv;
        peer.load(file, threads, length, sequences, kv);
        out << " " << peer.vocabulary << " " << llama_model_size(peer.model);
    } else if (command == "unload") {
        peer.unload();
    } else if (command == "quantize") {
        std::string from, to, type, pure;
        in >> from >> to >> type >> pure;
        static const std::map<std::string, llama_ftype> types = {
            {"F32", LLAMA_FTYPE_ALL_F32}, {"F16", LLAMA_FTYPE_MOSTLY_F16}, {"BF16", LLAMA_FTYPE_MOSTLY_BF16},
            {"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0}, {"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0}, {"Q5_0", LLAMA_FTYPE_MOSTLY_Q5_0},
            {"Q4_K_S", LLAMA_FTYPE_MOSTLY_Q4_K_S}, {"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M}, {"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K}};
        auto options = llama_model_quantize_default_params();
        options.ftype = types.at(type);
        options.pure = pure == "pure";
        if (llama_model_quantize(from.c_str(), to.c_str(), &options)) throw std::runtime_error("llama.cpp does not quantise " + from);
    } else if (!peer.context) {
        throw std::runtime_error("nothing is loaded");
    } else if (command == "decode") {
        int length, count;
        in >> length >> count;
        peer.clear();
        peer.read(peer.prompt(length, 0), 0, 0);
        double start = now();
        for (int i = 0; i < count; i++) {
            peer.read({peer.id(length + i, 0)}, length + i, 0);
            peer.logits();
        }
        speed(out, count, now() - start);
    } else if (command == "prefill") {
        int length;
        in >> length;
        peer.clear();
        double start = now();
        peer.read(peer.prompt(length, 0), 0, 0);
        peer.logits();
        speed(out, length, now() - start);
    } else if (command == "batch") {
        const int length = 16;
        int sequences, count;
        in >> sequences >> count;
        peer.clear();
        for (int s = 0; s < sequences; s++) peer.read(peer.prompt(length, s), 0, s);
        llama_batch batch = llama_batch_init(sequences, 0, 1);
        double start = now();
        for (int i = 0; i < count; i++) {
            batch.n_tokens = 0;
            for (int s = 0; s < sequences; s++) peer.add(batch, peer.id(length + i, s), length + i, s, true);
            peer.decode(batch);
            peer.logits();
        }
        speed(out, sequences * count, now() - start);
        llama_batch_free(batch);
    } else if (command == "greedy") {
        int count, window;
        in >> count >> window;
        ids next = rest(in);
        peer.clear();
        for (int i = 0, position = 0; i < count; i++) {
            for (llama_token token : next) peer.read_windowed(token, position++, window);
            const float * row = peer.logits();
            next = {llama_token(std::max_element(row, row + peer.vocabulary) - row)};
            out << " " << next[0];
        }
    } else if (command == "score") {
        std::string file;
        int window;
        in >> file >> window;
        ids tokens = rest(in);
        FILE * rows = fopen(file.c_str(), "wb");
        if (!rows) throw std::runtime_error("cannot write " + file);
        peer.clear();
        for (size_t i = 0; i < tokens.size(); i++) {
            peer.read_windowed(tokens[i], i, window);
            fwrite(peer.logits(), sizeof(float), peer.vocabulary, rows);
        }
        fclose(rows);
        out << " " << tokens.size() << " " << peer.vocabulary;
    } else if (command == "tokens") {
        std::string text;
        std::getline(in >> std::ws, text);
        ids made(text.size() + 8);
        made.resize(std::max(0, llama_tokenize(llama_model_get_vocab(peer.model), text.data(), text.size(), made.data(), made.size(), false, false)));
        for (llama_token id : made) out << " " << id;
    } else {
        throw std::runtime_error("unknown command '" + command + "'");
    }
}

} // namespace

int main() {
    llama_log_set([](ggml_log_level level, const char * text, void *) { if (level == GGML_LOG_LEVEL_ERROR) fputs(text, stderr); }, nullptr);
    ggml_backend_load_all_from_path(BACKENDS);
    llama_backend_init();
    peer peer;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream in(line);
        std::string command;
        in >> command;
        if (command == "quit") break;
        std::ostringstream out;
        out.precision(9);
        try {
            run(peer, command, in, out);
            std::cout << "ok" << out.str() << std::endl;
        } catch (const std::exception & problem) {
            std::cout << "error " << problem.what() << std::endl;
        }
    }
}
