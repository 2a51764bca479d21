using AutoGpt.Sdk.Training;

namespace AutoGpt.Cli.Output;

/// <summary>A file that appears as a whole or not at all, and whose place is tried before the work begins.</summary>
internal sealed class PredictionsFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;

    public PredictionsFile(string path)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _temporary = path + ".part";
        _stream = new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.None);
    }

    public void Write(ModelEvaluationReport report)
    {
        EvaluationView.Write(_stream, report);
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        finally
        {
            File.Delete(_temporary);
        }
    }
}
