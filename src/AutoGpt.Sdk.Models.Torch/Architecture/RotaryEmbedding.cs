using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Rotary positions (Su et al. 2021): elements i and i + size/2 of a head are turned by position · base^(−2i/size), stretched where the shape says so.</summary>
internal sealed class RotaryEmbedding : Module
{
    public RotaryEmbedding(TransformerConfig config)
        : base(nameof(RotaryEmbedding))
    {
        int size = config.HeadSize;
        var cosines = new float[config.ContextLength, size];
        var sines = new float[config.ContextLength, size];
        double[] frequencies = [.. Enumerable.Range(0, size / 2).Select(i =>
        {
            double frequency = Math.Pow(config.RotaryBase, -2.0 * i / size);
            return config.RotaryScaling?.Stretch(frequency) ?? frequency;
        })];
        for (int position = 0; position < config.ContextLength; position++)
        {
            for (int i = 0; i < size / 2; i++)
            {
                double angle = position * frequencies[i];
                cosines[position, i] = cosines[position, i + (size / 2)] = (float)Math.Cos(angle);

                // The first half takes −sin of the second, the second +sin of the first.
                sines[position, i] = -(sines[position, i + (size / 2)] = (float)Math.Sin(angle));
            }
        }

        // Persistent, since TorchSharp (0.107) does not move the others to another device. Checkpoints are written by names that these do not have.
        register_buffer("cosines", tensor(cosines)); // [context, size]
        register_buffer("sines", tensor(sines));
    }

    /// <summary>The tables of some positions.</summary>
    public Rotation Rows(int past, int length, ScalarType type) =>
        new(get_buffer("cosines")!.narrow(0, past, length).to(type), get_buffer("sines")!.narrow(0, past, length).to(type));
}

/// <summary>Rotary tables of a stretch of positions, <c>[sequence, size]</c> each.</summary>
internal sealed record Rotation(Tensor Cosines, Tensor Sines)
{
    /// <summary><c>[batch, heads, sequence, size]</c> to the same.</summary>
    public Tensor Apply(Tensor x) => (x * Cosines).PlusProduct(x.roll(x.shape[^1] / 2, -1), Sines);
}
