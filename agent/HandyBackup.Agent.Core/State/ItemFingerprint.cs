namespace HandyBackup.Agent.Core.State;

/// <summary>128 bits that tell whether an item looks as it did. Two that are void are equal, but mean nothing.</summary>
internal readonly record struct ItemFingerprint(ulong Low, ulong High)
{
    /// <summary>True if nothing is known: never equal to what an item looks like.</summary>
    public bool IsVoid => (Low | High) == 0;
}
