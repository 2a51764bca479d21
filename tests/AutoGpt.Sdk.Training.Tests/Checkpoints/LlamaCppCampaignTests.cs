using System.Diagnostics;
using System.Globalization;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training.Tests.Checkpoints;

/// <summary>
/// Greedy ids and the first logits against llama.cpp's on GGUF files of a folder: <c>AUTOGPT_GGUF_FOLDER</c> holds them, <c>AUTOGPT_LLAMA_GREEDY</c> is a
/// program for node that takes a file, a number of ids and a prompt and prints <c>ids …</c> and <c>logits top5 id:logit …</c>.
/// </summary>
[Explicit("needs llama.cpp")]
public sealed class LlamaCppCampaignTests
{
    private const int Wanted = 32;

    private static readonly int[] s_prompt = [1, 2, 3];

    private static IEnumerable<string> Files => Environment.GetEnvironmentVariable("AUTOGPT_GGUF_FOLDER") is string folder
        ? Directory.GetFiles(folder, "*.gguf").Order(StringComparer.Ordinal)
        : [];

    [TestCaseSource(nameof(Files))]
    public void Ids_and_logits_are_those_of_llama_cpp(string path)
    {
        string[] lines = Peer(path);
        int[] expected = [.. Rest(lines, "ids ").Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        (int Id, double Logit)[] top = [.. Rest(lines, "logits top5 ").Where(pair => pair.Contains(':', StringComparison.Ordinal)).Take(5)
            .Select(pair => (int.Parse(pair.Split(':')[0], CultureInfo.InvariantCulture), double.Parse(pair.Split(':')[1], CultureInfo.InvariantCulture)))];
        using ModelFile file = ModelFile.Open(path);
        using TorchBackend backend = TorchBackend.Create(file.Config, file.Tensors);
        using IBackendSequence sequence = backend.CreateSequence(64);
        float[] logits = new float[file.Config.VocabularySize];
        sequence.Append(s_prompt, LogitsWanted.Last, logits);
        double error = top.Max(pair => Math.Abs(pair.Logit - logits[pair.Id]));

        // Teacher-forced: where quantised activations tip the balance the rest of a text would say nothing.
        int same = 0;
        double worst = 0;
        foreach (int id in expected)
        {
            int best = Array.IndexOf(logits, logits.Max());
            same += best == id ? 1 : 0;
            worst = Math.Max(worst, logits[best] - logits[id]);
            sequence.Append([id], LogitsWanted.Last, logits);
        }

        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}: {same} of {expected.Length} ids, largest logit error of the top 5 {error:g3}, largest margin of another choice {worst:g3}"));
        bool exact = path.Contains("F32", StringComparison.Ordinal);
        Assert.That(expected, Has.Length.EqualTo(Wanted));
        Assert.That(error, Is.LessThan(exact ? 1e-3 : .2));
        Assert.That(worst, Is.LessThan(exact ? 1e-30 : .2));
    }

    private static IEnumerable<string> Rest(string[] lines, string start) =>
        lines.First(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Peer(string path)
    {
        string program = Environment.GetEnvironmentVariable("AUTOGPT_LLAMA_GREEDY") ?? throw new IgnoreException("AUTOGPT_LLAMA_GREEDY names no program.");
        var start = new ProcessStartInfo("node", [program, path, Wanted.ToString(CultureInfo.InvariantCulture), string.Join(',', s_prompt)])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n');
    }
}
