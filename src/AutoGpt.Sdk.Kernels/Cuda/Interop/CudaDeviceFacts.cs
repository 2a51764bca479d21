namespace AutoGpt.Sdk.Kernels;

/// <summary>What a CUDA device says of itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DriverVersion">CUDA version the driver supports, as 1000 · major + 10 · minor.</param>
/// <param name="ComputeCapability">10 · major + minor: 80 is an A100, 90 an H100.</param>
/// <param name="Multiprocessors">Streaming multiprocessors.</param>
/// <param name="MemoryBytes">Memory in all.</param>
/// <param name="FreeBytes">Memory free when it was opened.</param>
/// <param name="L2Bytes">Second-level cache.</param>
/// <param name="ClockKilohertz">Highest clock of the multiprocessors.</param>
/// <param name="MemoryClockKilohertz">Highest clock of the memory.</param>
/// <param name="BusBits">Width of the memory bus.</param>
public sealed record CudaDeviceFacts(
    string Name, int DriverVersion, int ComputeCapability, int Multiprocessors, long MemoryBytes, long FreeBytes, int L2Bytes,
    int ClockKilohertz, int MemoryClockKilohertz, int BusBits);
