using System.Text;

namespace HandyBackup.Sources.PostgreSql;

/// <summary>The item of one database: its folder, or the dump in it.</summary>
internal sealed class DatabaseFolder : SourceItem
{
    /// <summary>The order of listings: that of the UTF-8 bytes of the items' names.</summary>
    public static IComparer<string> ByteOrder { get; } = Comparer<string>.Create(
        (left, right) => ItemNameOf(left).AsSpan().SequenceCompareTo(ItemNameOf(right)));

    /// <summary>The database's name.</summary>
    public required string Database { get; init; }

    /// <summary>
    /// A database's name as the name of an item. PostgreSQL allows '/' and everything else but NUL in names, so '/', '%' and the names
    /// <c>.</c> and <c>..</c> are written as in URLs, by <c>%</c> and two digits.
    /// </summary>
    public static byte[] ItemNameOf(string database)
    {
        string name = database.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(name is "." or ".." ? name.Replace(".", "%2E", StringComparison.Ordinal) : name);
    }
}
