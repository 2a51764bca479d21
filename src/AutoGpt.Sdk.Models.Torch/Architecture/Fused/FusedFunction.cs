using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>A node of libtorch's graph whose forward and backward pass are code of ours.</summary>
/// <typeparam name="T">The node itself. One object serves all calls; what belongs to a call is in the context.</typeparam>
/// <remarks>TorchSharp (0.107) sets aside as much memory again as the result takes, for gradients that are never missing here.</remarks>
internal abstract class FusedFunction<T> : autograd.SingleTensorFunction<T>
    where T : FusedFunction<T>, new()
{
    public override string Name => typeof(T).Name;

    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        using DisposeScope scope = NewDisposeScope();
        List<Tensor?> gradients = [.. Gradients(ctx, ctx.get_saved_variables()!, grad_output)];
        foreach (Tensor gradient in gradients.OfType<Tensor>().Where(gradient => !gradient.IsInvalid))
        {
            gradient.MoveToOuterDisposeScope();
        }

        grad_output.Dispose();
        return ReturnedGradients.Keep(gradients)!;
    }

    /// <summary>The gradients of what <c>forward</c> was given, in its order; null where there is none.</summary>
    protected abstract IEnumerable<Tensor?> Gradients(autograd.AutogradContext context, List<Tensor?> saved, Tensor gradient);
}

/// <summary>
/// The gradients that a node returned last. By the time of the next node libtorch holds them; our handles would keep all of them until the scope around the backward pass ends.
/// </summary>
internal static class ReturnedGradients
{
    [ThreadStatic]
    private static List<Tensor?>? t_returned;

    public static List<Tensor?> Keep(List<Tensor?> gradients)
    {
        // A node whose backward pass runs another graph finds that graph's last ones here.
        Release();
        return t_returned = gradients;
    }

    public static void Release()
    {
        t_returned?.ForEach(gradient => gradient?.Dispose());
        t_returned = null;
    }
}
