using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>
/// The random models, made when first asked for and kept in the peers' cache folder. A type is F32, F16 or BF16; one of llama.cpp's quantiser (Q8_0, Q4_0,
/// Q5_0, Q4_K_S, Q4_K_M, Q6_K), which gives some tensors more bits, or with <c>:pure</c> all of them that type. The trained models likewise, exported by the library.
/// </summary>
internal sealed class ModelStore(PeerProcess peer)
{
    // Part of the names: another recipe makes other files.
    private const int Recipe = 7;

    public static string Folder { get; } = Path.Combine(Repository.Cache, "models");

    /// <summary>The path of a model; makes it where it is not there.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="type">The type.</param>
    /// <exception cref="InvalidOperationException">llama.cpp does not know the type.</exception>
    public string Get(GgufShape shape, string type)
    {
        string path = PathOf(shape, type);
        if (File.Exists(path))
        {
            return path;
        }

        Directory.CreateDirectory(Folder);
        Console.Error.WriteLine($"making {path}");
        if (Written(type) is { } kind)
        {
            Write(shape, kind, path);
            return path;
        }

        // From single precision where that is small: the quantiser then sees the numbers themselves.
        string whole = Get(shape, GgufShape.Published.Contains(shape) ? "F16" : "F32");
        (string name, bool pure) = type.Split(':') is [var left, "pure"] ? (left, true) : (type, false);
        peer.Quantize(whole, path + ".new", name, pure);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    /// <summary>The path of a model, with the peer started only where it has to be made.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="type">The type.</param>
    public static string Find(GgufShape shape, string type)
    {
        if (File.Exists(PathOf(shape, type)))
        {
            return PathOf(shape, type);
        }

        using PeerProcess peer = PeerProcess.Start();
        return new ModelStore(peer).Get(shape, type);
    }

    private void Write(GgufShape shape, GgufType type, string path)
    {
        if (!GgufShape.Trained.Contains(shape))
        {
            RandomModel.Write(shape, type, path);
        }
        else if (type == GgufType.F32)
        {
            TrainedModel.Write(shape, path);
        }
        else
        {
            using ModelFile trained = ModelFile.Open(Get(shape, nameof(GgufType.F32)));
            GgufModelWriter.Write(path, trained, new GgufExportOptions { Type = type });
        }
    }

    private static GgufType? Written(string type) => type is nameof(GgufType.F32) or nameof(GgufType.F16) or nameof(GgufType.BF16) ? Enum.Parse<GgufType>(type) : null;

    private static string PathOf(GgufShape shape, string type) => Path.Combine(Folder, $"{shape.Name}-{type.Replace(':', '-')}-{Recipe}.gguf");
}
