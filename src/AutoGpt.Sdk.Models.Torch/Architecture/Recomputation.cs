using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// A part of a network that keeps only what goes into it and is computed once more in the backward pass (Chen et al. 2016, "Training deep nets with sublinear memory cost"): less memory for about
/// a third more work. Gradients are those of a part that is computed once, bit for bit; dropout draws the same numbers again.
/// </summary>
internal sealed class Recomputation
{
    private readonly Func<IReadOnlyList<Tensor?>, Tensor> _part;
    private readonly Tensor[] _parameters;
    private readonly bool _isRandom;

    private Recomputation(Func<IReadOnlyList<Tensor?>, Tensor> part, Tensor[] parameters, bool isRandom) => (_part, _parameters, _isRandom) = (part, parameters, isRandom);

    /// <summary>Computes a part, in single file with others whose backward pass is run.</summary>
    /// <param name="part">Computes it from the activations; must not use other tensors that change, are disposed or ask for gradients, but for the parameters.</param>
    /// <param name="activations">What goes into it.</param>
    /// <param name="parameters">Parameters that it uses, perhaps among others; those that ask for no gradients are passed over.</param>
    /// <param name="isRandom">Whether it draws random numbers.</param>
    /// <exception cref="NotSupportedException">It draws random numbers on a GPU.</exception>
    public static Tensor Run(Func<IReadOnlyList<Tensor?>, Tensor> part, IReadOnlyList<Tensor?> activations, IEnumerable<Tensor> parameters, bool isRandom)
    {
        if (isRandom && activations.Any(activation => activation is not null && activation.device_type != DeviceType.CPU))
        {
            throw new NotSupportedException("Activations are not recomputed on a GPU where there is dropout: TorchSharp cannot set a GPU's random numbers back. Set dropout to 0, or CheckpointActivations to false.");
        }

        var recomputation = new Recomputation(part, [.. parameters.Where(parameter => parameter.requires_grad)], isRandom);
        return Function.apply([recomputation, .. activations, .. recomputation._parameters]);
    }

    private Tensor Forward(autograd.AutogradContext context, Tensor?[] activations)
    {
        context.save_data(nameof(Recomputation), this);
        context.save_for_backward([.. activations, _isRandom ? get_rng_state() : null]);
        return _part(activations);
    }

    /// <summary>The gradients of activations and parameters, null where there is none.</summary>
    private IEnumerable<Tensor?> Backward(List<Tensor?> saved, Tensor gradient)
    {
        // Leaves, so that the pass ends there.
        Tensor?[] activations = [.. saved.SkipLast(1).Select(kept => kept?.detach().requires_grad_(kept.requires_grad))];
        using IDisposable withGradients = enable_grad();
        using Tensor output = Again(activations, saved[^1]);
        Tensor[] inputs = [.. activations.Append(null).OfType<Tensor>().Where(activation => activation.requires_grad), .. _parameters];
        Queue<Tensor> gradients = new(autograd.grad([output], inputs, [gradient], allow_unused: true));
        return [.. activations.Select(activation => activation is { requires_grad: true } ? gradients.Dequeue() : null), .. gradients];
    }

    private Tensor Again(Tensor?[] activations, Tensor? randomState)
    {
        if (randomState is null)
        {
            return _part(activations);
        }

        using Tensor present = get_rng_state();
        try
        {
            set_rng_state(randomState);
            return _part(activations);
        }
        finally
        {
            set_rng_state(present);
        }
    }

    /// <summary>Its place in the graph.</summary>
    private sealed class Function : FusedFunction<Function>
    {
        public override string Name => nameof(Recomputation);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var recomputation = (Recomputation)vars[0];
            return recomputation.Forward(ctx, [.. vars[1..^recomputation._parameters.Length].Cast<Tensor?>()]);
        }

        protected override IEnumerable<Tensor?> Gradients(autograd.AutogradContext context, List<Tensor?> saved, Tensor gradient) =>
            [null, .. ((Recomputation)context.get_data(nameof(Recomputation))).Backward(saved, gradient)];
    }
}
