using System.Text.Json;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>Progress reports as JSON Lines.</summary>
internal sealed class MetricsLog(string path)
{
    /// <summary>Adds a line; it is in the file when the call returns.</summary>
    public void Append(TrainingProgress report) =>
        File.AppendAllText(path, JsonSerializer.Serialize(report, TrainingJson.Default.TrainingProgress) + "\n");

    /// <summary>Every whole line; the last one may have been cut off by a crash.</summary>
    public IReadOnlyList<TrainingProgress> Read()
    {
        var reports = new List<TrainingProgress>();
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize(line, TrainingJson.Default.TrainingProgress) is TrainingProgress report)
                {
                    reports.Add(report);
                }
            }
            catch (JsonException)
            {
                // A torn line is worth no more than a missing one.
            }
        }

        return reports;
    }

    /// <summary>Forgets what came after an iteration: a resumed run writes it again. A crash leaves the file as it was or as it should be.</summary>
    public void Truncate(int iteration)
    {
        if (!File.Exists(path))
        {
            return;
        }

        AtomicFile.Write(path, stream =>
        {
            foreach (TrainingProgress report in Read().Where(report => report.Iteration <= iteration))
            {
                JsonSerializer.Serialize(stream, report, TrainingJson.Default.TrainingProgress);
                stream.WriteByte((byte)'\n');
            }
        });
    }
}
