using System.Globalization;
using System.Reflection;

namespace HandyBackup.Catalog;

/// <summary>One step from one version of the catalog's tables to the next.</summary>
/// <param name="Version">The version that it leads to; the first is 1.</param>
/// <param name="Sql">The statements.</param>
internal sealed record CatalogMigration(int Version, string Sql)
{
    /// <summary>All steps in order. A step that was released is never altered: a change of the tables is a further step.</summary>
    public static IReadOnlyList<CatalogMigration> All { get; } = [Load(1), Load(2), Load(3), Load(4), Load(5), Load(6), Load(7), Load(8), Load(9), Load(10)];

    private static CatalogMigration Load(int version)
    {
        string name = version.ToString("D4", CultureInfo.InvariantCulture) + ".sql";
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks the migration {name}.");
        using var reader = new StreamReader(stream);
        return new CatalogMigration(version, reader.ReadToEnd());
    }
}
