namespace HandyBackup.Server.Core;

/// <summary>What a data path holds. Only catalog and key cannot be made again.</summary>
internal static class ServerFiles
{
    /// <summary>The catalog.</summary>
    public const string Catalog = "catalog.db";

    /// <summary>The server's key.</summary>
    public const string Key = "server.key";

    /// <summary>The folder with copies of the repositories' indexes.</summary>
    public const string IndexCache = "index-cache";

    /// <summary>The folder with the copy of the catalog that is being saved.</summary>
    public const string Saving = "saving";
}
