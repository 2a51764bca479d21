namespace AutoGpt.Sdk.Training.Tests.Metrics;

public sealed class MetricsLogTests
{
    private string _folder = "";

    private string File => Path.Combine(_folder, "metrics.jsonl");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-metrics-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_came_after_an_iteration_is_forgotten_and_lines_follow_what_stayed()
    {
        MetricsLog log = Log(1, 2, 3);
        log.Truncate(2);
        log.Append(Report(5));
        Assert.That(log.Read().Select(report => report.Iteration), Is.EqualTo([1, 2, 5]));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1), "no temporary file stays");
    }

    // Who has the old file open sees the whole of it: there is no moment at which a crash leaves half a file.
    [Test]
    [Platform(Exclude = "Win")]
    public void The_file_is_exchanged_not_written_over()
    {
        MetricsLog log = Log(1, 2, 3);
        string before = System.IO.File.ReadAllText(File);
        using FileStream stream = new(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Truncate(1);
        Assert.That(new StreamReader(stream).ReadToEnd(), Is.EqualTo(before));
        Assert.That(System.IO.File.ReadAllText(File), Is.EqualTo(before[..(before.IndexOf('\n') + 1)]));
    }

    private MetricsLog Log(params int[] iterations)
    {
        MetricsLog log = new(File);
        foreach (int iteration in iterations)
        {
            log.Append(Report(iteration));
        }

        return log;
    }

    private static TrainingProgress Report(int iteration) => new() { Iteration = iteration, Iterations = 9, Loss = 1.5 };
}
