using System.Globalization;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>What the command was asked for.</summary>
/// <param name="Output">Folder for the results.</param>
/// <param name="Small">Small shapes, few repeats: for the emulated driver and for the sanitizer.</param>
/// <param name="Parts">Which parts to run; empty for all.</param>
/// <param name="Seconds">After this long no new measurement starts.</param>
internal sealed record GpuOptions(string Output, bool Small, IReadOnlyList<string> Parts, double Seconds)
{
    public static GpuOptions Parse(string[] args)
    {
        string output = ".", seconds = "210";
        List<string> parts = [];
        bool small = false;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "gpu":
                    break;
                case "--output" when i + 1 < args.Length:
                    output = args[++i];
                    break;
                case "--parts" when i + 1 < args.Length:
                    parts.AddRange(args[++i].Split(','));
                    break;
                case "--seconds" when i + 1 < args.Length:
                    seconds = args[++i];
                    break;
                case "--small":
                    small = true;
                    break;
                default:
                    throw new ArgumentException($"'{args[i]}' is not an option: gpu [--output DIR] [--parts a,b] [--seconds N] [--small].");
            }
        }

        return new GpuOptions(output, small, parts, double.Parse(seconds, CultureInfo.InvariantCulture));
    }
}
