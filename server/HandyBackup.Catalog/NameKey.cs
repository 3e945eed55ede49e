namespace HandyBackup.Catalog;

/// <summary>Names are shown as they were written, and compared without regard to case.</summary>
public static class NameKey
{
    /// <summary>The form under which a name is unique.</summary>
    public static string Of(string name) => name.ToUpperInvariant();
}
