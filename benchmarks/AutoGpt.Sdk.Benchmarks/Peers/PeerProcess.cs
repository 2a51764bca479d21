using System.Diagnostics;
using System.Globalization;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>llama.cpp in a process of its own (<c>benchmarks/peers/peer.cpp</c>), which computes only while a command of ours waits for its answer.</summary>
internal sealed class PeerProcess : ISide, IDisposable
{
    private readonly Process _process;

    private PeerProcess(Process process) => _process = process;

    /// <summary>Sets the peer up where that was not done yet, and starts it.</summary>
    /// <exception cref="InvalidOperationException">It could not be set up; what its script said is on standard error.</exception>
    public static PeerProcess Start()
    {
        using Process setup = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "benchmarks", "peers", "setup.sh")]) { RedirectStandardOutput = true })!;
        string program = setup.StandardOutput.ReadToEnd().Trim();
        setup.WaitForExit();
        return setup.ExitCode == 0
            ? new PeerProcess(Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true })!)
            : throw new InvalidOperationException("benchmarks/peers/setup.sh failed: the peer needs bash, npm, git and g++, and the npm registry the first time.");
    }

    /// <summary>Loads a model in place of the one before.</summary>
    public void Load(string file, int threads, int context, int sequences = 1, string cache = "f16") => Ask($"load {file} {threads} {context} {sequences} {cache}");

    /// <summary>Frees the model.</summary>
    public void Unload() => Ask("unload");

    public double Decode(int prompt, int count) => Speed($"decode {prompt} {count}");

    public double Prefill(int count) => Speed($"prefill {count}");

    public double Batch(int sequences, int count) => Speed($"batch {sequences} {count}");

    /// <summary>The most probable ids after a prompt, one after another.</summary>
    public int[] Greedy(int count, int? window, IEnumerable<int> prompt) => [.. Ask($"greedy {count} {window ?? 0} {string.Join(' ', prompt)}").Select(Integer)];

    /// <summary>Writes the logits after each id to a file, as single-precision numbers <c>[ids, vocabulary]</c>.</summary>
    public void Score(string file, int? window, IEnumerable<int> ids) => Ask($"score {file} {window ?? 0} {string.Join(' ', ids)}");

    /// <summary>The ids of a line of text, nothing added and no control token read.</summary>
    public int[] Tokens(string line) => [.. Ask("tokens " + line).Select(Integer)];

    /// <summary>Processor time it has taken.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Quantises a file as llama.cpp does.</summary>
    public void Quantize(string from, string to, string type, bool pure) => Ask($"quantize {from} {to} {type}{(pure ? " pure" : "")}");

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private double Speed(string command) => Ask(command) is [var tokens, var seconds]
        ? Integer(tokens) / double.Parse(seconds, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"the peer answered '{command}' with something else than a speed.");

    private string[] Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"the peer ended at '{command}'.");
        return answer.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["ok", .. var values] ? values : throw new InvalidOperationException($"'{command}': {answer}");
    }
}
