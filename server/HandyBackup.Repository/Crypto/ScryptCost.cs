namespace HandyBackup.Repository;

/// <summary>Parameters of scrypt (RFC 7914).</summary>
/// <param name="N">CPU and memory cost, a power of two.</param>
/// <param name="R">Block size.</param>
/// <param name="P">Parallelisation.</param>
public sealed record ScryptCost(int N, int R, int P);
