using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace HandyBackup.HelpBuilder;

/// <summary>A cmdlet as its attributes and its help page describe it.</summary>
public sealed class CmdletDescription
{
    private HelpPage? _page;

    private CmdletDescription(Type type, CmdletAttribute attribute)
    {
        Verb = attribute.VerbName;
        Noun = attribute.NounName;
        Parameters = ParameterDescription.ReadAll(type, attribute.SupportsShouldProcess);
        Outputs = [.. type.GetCustomAttributes<OutputTypeAttribute>(inherit: false).SelectMany(output => output.Type).Select(output => output.Name)];
        ParameterSets = ReadSets(attribute.DefaultParameterSetName);
    }

    /// <summary>The verb.</summary>
    public string Verb { get; }

    /// <summary>The noun.</summary>
    public string Noun { get; }

    /// <summary>Verb and noun.</summary>
    public string Name => $"{Verb}-{Noun}";

    /// <summary>The parameters, positional ones first.</summary>
    public IReadOnlyList<ParameterDescription> Parameters { get; }

    /// <summary>The names of the parameter sets, the default first.</summary>
    public IReadOnlyList<string> ParameterSets { get; }

    /// <summary>The types of what it returns.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The help page.</summary>
    public HelpPage Page => _page ?? throw new InvalidOperationException($"{Name} is not described yet.");

    /// <summary>Reads all cmdlets of a module.</summary>
    public static IReadOnlyList<CmdletDescription> ReadAll(string moduleAssembly)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(moduleAssembly))!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            string path = Path.Combine(folder, name.Name + ".dll");
            return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        };
        Assembly module = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(moduleAssembly));
        var cmdlets = new List<CmdletDescription>();
        foreach (Type type in module.GetExportedTypes())
        {
            if (type.GetCustomAttribute<CmdletAttribute>() is { } attribute)
            {
                cmdlets.Add(new CmdletDescription(type, attribute));
            }
        }

        cmdlets.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return cmdlets;
    }

    /// <summary>Takes over the page's texts.</summary>
    /// <exception cref="HelpPageException">The page describes other parameters than the cmdlet has.</exception>
    public void Describe(HelpPage page)
    {
        _page = page;
        var left = new HashSet<string>(page.Parameters.Keys, StringComparer.OrdinalIgnoreCase);
        foreach (ParameterDescription parameter in Parameters)
        {
            if (left.Remove(parameter.Name))
            {
                parameter.Text = page.Parameters[parameter.Name];
            }
            else if (parameter.Text.Length == 0)
            {
                throw new HelpPageException(page.File, $"the parameter -{parameter.Name} is not described.");
            }
        }

        foreach (string name in left)
        {
            throw new HelpPageException(page.File, $"the cmdlet has no parameter -{name}.");
        }
    }

    private List<string> ReadSets(string? defaultSet)
    {
        var sets = new List<string>();
        foreach (ParameterDescription parameter in Parameters)
        {
            foreach (ParameterAttribute attribute in parameter.Attributes)
            {
                string set = attribute.ParameterSetName;
                if (set != ParameterAttribute.AllParameterSets && !sets.Contains(set))
                {
                    sets.Insert(set == defaultSet ? 0 : sets.Count, set);
                }
            }
        }

        return sets.Count == 0 ? [ParameterAttribute.AllParameterSets] : sets;
    }
}
