namespace HandyBackup.Server.Core;

/// <summary>What guessing a user's password costs. Each hash keeps the cost that it was made with.</summary>
/// <param name="Passes">How often the memory is worked through.</param>
/// <param name="MemoryBytes">How much memory it takes.</param>
public sealed record PasswordCost(int Passes, int MemoryBytes)
{
    /// <summary>What libsodium calls interactive: 2 passes over 64 MiB.</summary>
    public static PasswordCost Default { get; } = new(2, 64 << 20);
}
