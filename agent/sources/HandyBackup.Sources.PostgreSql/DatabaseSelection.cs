using System.IO.Enumeration;
using System.Text;

namespace HandyBackup.Sources.PostgreSql;

/// <summary>Which of a server's databases a session shows.</summary>
internal static class DatabaseSelection
{
    /// <summary>Applies paths (database names with the wildcards <c>*</c> and <c>?</c>) and, for a backup, excludes.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.NotFound"/> if no path fits any database.</exception>
    public static IReadOnlyList<string> Select(IReadOnlyList<string> databases, PostgreSqlOptions options, SourceSessionRequest request)
    {
        var chosen = new SortedSet<string>(request.Paths.Count == 0 ? databases : [], DatabaseFolder.ByteOrder);
        foreach (string path in request.Paths)
        {
            string pattern = path.Trim('/');
            int before = chosen.Count;
            chosen.UnionWith(databases.Where(database => Fits(pattern, database)));
            if (chosen.Count == before && !databases.Any(database => Fits(pattern, database)))
            {
                request.OnIssue(new SourceIssue(Encoding.UTF8.GetBytes(pattern), SourceError.NotFound, "The server has no such database."));
            }
        }

        if (chosen.Count == 0 && request.Paths.Count > 0)
        {
            throw new SourceException(SourceError.NotFound, $"The server {options.Host}:{options.Port} has no database '{string.Join("', '", request.Paths)}'.");
        }

        if (request.ApplyExcludes)
        {
            chosen.RemoveWhere(database => options.Exclude.Any(pattern => Fits(pattern, database)));
        }

        return [.. chosen];
    }

    // Database names are case-sensitive in PostgreSQL.
    private static bool Fits(string pattern, string database) => FileSystemName.MatchesSimpleExpression(pattern, database, ignoreCase: false);
}
