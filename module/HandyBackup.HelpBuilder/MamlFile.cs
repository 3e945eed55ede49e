using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Xml;

namespace HandyBackup.HelpBuilder;

/// <summary>Writes the XML that Get-Help reads ("Writing help for cmdlets", learn.microsoft.com).</summary>
public static class MamlFile
{
    private const string Maml = "http://schemas.microsoft.com/maml/2004/10";
    private const string Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private const string Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes the help of all cmdlets.</summary>
    public static void Write(string path, IReadOnlyList<CmdletDescription> cmdlets)
    {
        using var writer = XmlWriter.Create(path, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n" });
        writer.WriteStartElement("helpItems", "http://msh");
        writer.WriteAttributeString("schema", "maml");
        foreach (CmdletDescription cmdlet in cmdlets)
        {
            WriteCommand(writer, cmdlet);
        }

        writer.WriteEndElement();
    }

    private static void WriteCommand(XmlWriter writer, CmdletDescription cmdlet)
    {
        writer.WriteStartElement("command", "command", Command);
        writer.WriteAttributeString("xmlns", "maml", null, Maml);
        writer.WriteAttributeString("xmlns", "dev", null, Dev);

        writer.WriteStartElement("details", Command);
        writer.WriteElementString("name", Command, cmdlet.Name);
        WriteParagraphs(writer, "description", Maml, [cmdlet.Page.Synopsis]);
        writer.WriteElementString("verb", Command, cmdlet.Verb);
        writer.WriteElementString("noun", Command, cmdlet.Noun);
        writer.WriteEndElement();

        WriteParagraphs(writer, "description", Maml, cmdlet.Page.Description);
        WriteSyntax(writer, cmdlet);

        writer.WriteStartElement("parameters", Command);
        foreach (ParameterDescription parameter in cmdlet.Parameters)
        {
            WriteParameter(writer, parameter, parameter.Attributes[0]);
        }

        writer.WriteEndElement();
        WriteOutputs(writer, cmdlet);
        WriteExamples(writer, cmdlet.Page.Examples);
        writer.WriteEndElement();
    }

    private static void WriteSyntax(XmlWriter writer, CmdletDescription cmdlet)
    {
        writer.WriteStartElement("syntax", Command);
        foreach (string set in cmdlet.ParameterSets)
        {
            writer.WriteStartElement("syntaxItem", Command);
            writer.WriteElementString("name", Maml, cmdlet.Name);
            foreach (ParameterDescription parameter in cmdlet.Parameters)
            {
                if (parameter.In(set) is { } attribute)
                {
                    WriteParameter(writer, parameter, attribute);
                }
            }

            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void WriteParameter(XmlWriter writer, ParameterDescription parameter, ParameterAttribute attribute)
    {
        writer.WriteStartElement("parameter", Command);
        writer.WriteAttributeString("required", Text(attribute.Mandatory));
        writer.WriteAttributeString("variableLength", Text(parameter.Type.IsArray));
        writer.WriteAttributeString("globbing", Text(parameter.TakesWildcards));
        writer.WriteAttributeString("pipelineInput", PipelineInput(attribute));
        writer.WriteAttributeString("position", attribute.Position == int.MinValue ? "named" : attribute.Position.ToString(CultureInfo.InvariantCulture));
        writer.WriteAttributeString("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases));
        writer.WriteElementString("name", Maml, parameter.Name);
        WriteParagraphs(writer, "Description", Maml, [parameter.Text]);
        if (!parameter.IsSwitch)
        {
            WriteParameterValue(writer, parameter);
        }

        writer.WriteStartElement("type", Dev);
        writer.WriteElementString("name", Maml, parameter.TypeName);
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private static void WriteParameterValue(XmlWriter writer, ParameterDescription parameter)
    {
        if (parameter.Values.Count > 0)
        {
            writer.WriteStartElement("parameterValueGroup", Command);
            foreach (string value in parameter.Values)
            {
                WriteValue(value, "false");
            }

            writer.WriteEndElement();
        }

        WriteValue(parameter.TypeName, "true");

        void WriteValue(string text, string required)
        {
            writer.WriteStartElement("parameterValue", Command);
            writer.WriteAttributeString("required", required);
            writer.WriteAttributeString("variableLength", Text(parameter.Type.IsArray));
            writer.WriteString(text);
            writer.WriteEndElement();
        }
    }

    private static void WriteOutputs(XmlWriter writer, CmdletDescription cmdlet)
    {
        writer.WriteStartElement("returnValues", Command);
        foreach (string output in cmdlet.Outputs)
        {
            writer.WriteStartElement("returnValue", Command);
            writer.WriteStartElement("type", Dev);
            writer.WriteElementString("name", Maml, output);
            writer.WriteEndElement();
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void WriteExamples(XmlWriter writer, IReadOnlyList<HelpExample> examples)
    {
        writer.WriteStartElement("examples", Command);
        for (int i = 0; i < examples.Count; i++)
        {
            writer.WriteStartElement("example", Command);
            writer.WriteElementString("title", Maml, $"--- Example {(i + 1).ToString(CultureInfo.InvariantCulture)}: {examples[i].Title} ---");
            writer.WriteElementString("code", Dev, examples[i].Code);
            // The empty paragraph parts an example from the next one.
            WriteParagraphs(writer, "remarks", Dev, [.. examples[i].Remarks, ""]);
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void WriteParagraphs(XmlWriter writer, string element, string ns, IReadOnlyList<string> paragraphs)
    {
        writer.WriteStartElement(element, ns);
        foreach (string paragraph in paragraphs)
        {
            writer.WriteElementString("para", Maml, paragraph);
        }

        writer.WriteEndElement();
    }

    private static string PipelineInput(ParameterAttribute attribute) => (attribute.ValueFromPipeline, attribute.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static string Text(bool value) => value ? "true" : "false";
}
