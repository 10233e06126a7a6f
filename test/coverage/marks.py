"""Which lines of a source a comment `unreachable: WHY` excuses from being tested."""


def indent(line):
    return len(line) - len(line.lstrip())


def excused(name):
    """
    How many marks a file has, and the numbers of the lines that they excuse: the line
    that the comment ends, or that follows a line with only such a comment; if it opens
    a block, the whole block.
    """
    with open(name, encoding='utf-8') as file:
        lines = file.read().splitlines()
    n_marks, numbers = 0, set()
    for at, line in enumerate(lines):
        if '/* unreachable: ' not in line:
            continue
        n_marks += 1
        if line.lstrip().startswith('/*'):
            while '*/' not in lines[at]:
                at += 1
            at += 1
        end = at
        if lines[at].endswith('{') or lines[at + 1].strip() == '{':
            while not (lines[end].lstrip().startswith('}') and indent(lines[end]) == indent(lines[at])):
                end += 1
        numbers.update(range(at + 1, end + 2))
    return n_marks, numbers
