using System.Xml.Linq;

namespace HandyBackup.Architecture.Tests;

/// <summary>Who may reference whom: the table of docs/design/architecture.md §2.</summary>
public class ReferenceGraphTests
{
    private static readonly Dictionary<string, Room> s_rooms = new()
    {
        ["HandyBackup.Contracts"] = new([], "Contracts is what crosses the wire and knows nobody."),
        ["HandyBackup.Rpc"] = new(["HandyBackup.Contracts"], "Rpc serves panel, agent and server alike."),
        ["HandyBackup.Module"] = new(["HandyBackup.Contracts", "HandyBackup.Rpc"], "The panel may be on another machine than engine and agent."),
        ["HandyBackup.HelpBuilder"] = new([], "Builds help from Markdown and knows nobody."),
        ["HandyBackup.Loader"] = new([], "The loader must not draw a contract into PowerShell's own load context."),
        ["HandyBackup.Shell"] = new([], "The shell hosts the engine; it finds the module as any PowerShell does."),
        ["HandyBackup.Sources"] = new([], "The plug-in contract has no type of anybody else."),
        ["HandyBackup.Stores"] = new([], "The store contract has no type of anybody else."),
        ["HandyBackup.Sources.*"] = new(["HandyBackup.Sources"], "A source knows its contract only: not the repository, not the connection, not a sibling."),
        ["HandyBackup.Stores.*"] = new(["HandyBackup.Stores"], "A store knows its contract only."),
        ["HandyBackup.Repository"] = new(["HandyBackup.Stores", "HandyBackup.Contracts"], "The engine works on any store and for any source."),
        ["HandyBackup.Catalog"] = new(["HandyBackup.Contracts"], "The catalog is a database, not the engine."),
        ["HandyBackup.Agent.Core"] = new(["HandyBackup.Contracts", "HandyBackup.Rpc", "HandyBackup.Sources"], "An agent never holds a repository key, so it never sees the repository."),
        ["HandyBackup.Server.Core"] = new(["HandyBackup.Contracts", "HandyBackup.Rpc", "HandyBackup.Repository", "HandyBackup.Stores", "HandyBackup.Catalog"], "The server knows store and agent by contract only."),
        ["HandyBackup.Agent"] = new(["HandyBackup.Contracts", "HandyBackup.Rpc", "HandyBackup.Agent.Core", "HandyBackup.Sources", "HandyBackup.Sources.*"], "The agent's executable composes the agent's side."),
        ["HandyBackup.Server"] = new(
            ["HandyBackup.Contracts", "HandyBackup.Rpc", "HandyBackup.Server.Core", "HandyBackup.Repository", "HandyBackup.Stores", "HandyBackup.Stores.*", "HandyBackup.Catalog", "HandyBackup.Agent.Core", "HandyBackup.Sources", "HandyBackup.Sources.*"],
            "The server's executable composes the server's side, and may host an agent."),
    };

    public static TheoryData<string> Projects => [.. RepositoryTree.ProductProjects().Select(RepositoryTree.Relative)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_only_what_its_room_may(string project)
    {
        string name = NameOf(project);
        Room room = RoomOf(name);
        string[] forbidden = [.. References(project, "ProjectReference").Select(NameOf).Where(reference => !room.Allows(reference))];
        Assert.True(forbidden.Length == 0, $"{name} references {string.Join(", ", forbidden)}. {room.Reason}");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Only_the_panel_references_PowerShell(string project)
    {
        string[] packages = [.. References(project, "PackageReference").Where(package => package is "PowerShellStandard.Library" or "System.Management.Automation")];
        Assert.True(packages.Length == 0 || project.StartsWith("module/", StringComparison.Ordinal), $"{project} references {string.Join(", ", packages)}: PowerShell belongs to the panel alone.");
    }

    [Fact]
    public void Every_project_of_the_product_has_its_tests()
    {
        // The loader runs only inside the module, whose tests load it; the help builder runs in the module's build, whose tests read its result.
        string[] testedThroughTheModule = ["HandyBackup.Loader", "HandyBackup.HelpBuilder"];
        // Plug-in contracts are proved by the conformance suites of whoever implements them; the agent's executable by the end-to-end tests.
        string[] testedThroughOthers = ["HandyBackup.Sources", "HandyBackup.Agent"];
        IEnumerable<string> missing = RepositoryTree.ProductProjects()
            .Select(project => NameOf(RepositoryTree.Relative(project)))
            .Except([.. testedThroughTheModule, .. testedThroughOthers])
            .Where(name => !Directory.Exists(Path.Combine(RepositoryTree.Root, "tests", name + ".Tests")));
        Assert.Empty(missing);
    }

    private static IEnumerable<string> References(string project, string element) =>
        XDocument.Load(Path.Combine(RepositoryTree.Root, project)).Descendants(element).Select(reference => reference.Attribute("Include")!.Value);

    // The module's project is named as the product; everywhere else it goes by its assembly's name.
    private static string NameOf(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project.Replace('\\', '/'));
        return name == "HandyBackup" ? "HandyBackup.Module" : name;
    }

    private static Room RoomOf(string name)
    {
        if (s_rooms.TryGetValue(name, out Room? room))
        {
            return room;
        }

        string family = string.Join('.', name.Split('.').Take(2)) + ".*";
        return s_rooms.TryGetValue(family, out room) ? room : throw new InvalidOperationException($"{name} is a new room: say in this table whom it may reference and why.");
    }

    private sealed record Room(string[] Allowed, string Reason)
    {
        public bool Allows(string reference) => Allowed.Any(allowed =>
            allowed.EndsWith(".*", StringComparison.Ordinal) ? reference.StartsWith(allowed[..^1], StringComparison.Ordinal) : allowed == reference);
    }
}
