namespace HandyBackup.Contracts;

/// <summary>The version of the contracts in this assembly.</summary>
public static class ProtocolVersion
{
    /// <summary>Within a version methods and optional properties are only added; both sides must have the same number.</summary>
    public const int Current = 3;
}
