using System.Reflection;
using System.Runtime.Loader;

namespace HandyBackup.Loader;

/// <summary>
/// The private load context of the module on PowerShell 7. Whatever the module brings along is loaded here and never in PowerShell's
/// own context, where another module may need another version of it.
/// </summary>
/// <remarks>This assembly is the only one of ours in PowerShell's context, so nothing but framework types may appear in its members.</remarks>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private const string OwnPrefix = "HandyBackup.";

    private static readonly Lazy<Assembly> s_module = new(LoadModule);

    private readonly string _folder;
    private readonly string[] _hostFolders;

    private ModuleLoadContext(string folder, string[] hostFolders)
        : base("HandyBackup")
    {
        _folder = folder;
        _hostFolders = hostFolders;
    }

    /// <summary>The assembly with the cmdlets, loaded on first use. May be called from any thread.</summary>
    public static Assembly Module => s_module.Value;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        ArgumentNullException.ThrowIfNull(assemblyName);
        string path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return !File.Exists(path) || HostSatisfies(assemblyName) ? null : LoadFromAssemblyPath(path);
    }

    private static Assembly LoadModule()
    {
        string folder = Path.GetDirectoryName(typeof(ModuleLoadContext).Assembly.Location)!;
        string? powerShell = PowerShellFolder();
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var context = new ModuleLoadContext(folder, powerShell is null ? [runtime] : [powerShell, runtime]);
        return context.LoadFromAssemblyPath(Path.Combine(folder, "HandyBackup.Module.dll"));
    }

    // $PSHOME: where the engine itself lies. The engine is always loaded when a module is.
    private static string? PowerShellFolder()
    {
        foreach (Assembly assembly in Default.Assemblies)
        {
            if (assembly.GetName().Name == "System.Management.Automation")
            {
                return Path.GetDirectoryName(assembly.Location);
            }
        }

        return null;
    }

    // A library that PowerShell or the runtime has in the same or a later version, by the same publisher, is taken from there:
    // a second copy of it would only cost time and memory.
    private bool HostSatisfies(AssemblyName wanted)
    {
        if (wanted.Name!.StartsWith(OwnPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (string folder in _hostFolders)
        {
            string path = Path.Combine(folder, wanted.Name + ".dll");
            if (File.Exists(path) && Satisfies(AssemblyName.GetAssemblyName(path), wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Satisfies(AssemblyName offered, AssemblyName wanted) =>
        string.Equals(offered.Name, wanted.Name, StringComparison.OrdinalIgnoreCase)
        && offered.Version >= wanted.Version
        && (offered.GetPublicKeyToken() ?? []).AsSpan().SequenceEqual(wanted.GetPublicKeyToken());
}
